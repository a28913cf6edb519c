"""What a reseller's program reads: the cases below it, without anything of who reported.

`load` asks `store.below`, which alone says what is a reseller's to see, and puts it into the
records of `page`. There is no page for people: the API gives them as JSON.
"""
