"""How an alert leaves for a chat, a pager or a program: one module, one constant `CHANNEL`.

A channel is pure: an alert and its options become one HTTP request, which the worker sends. The
contract is `notify.alert_channel`; a module in this folder is found by itself, and another package
names its own as an entry point.

    webhook.py  signed JSON to any program (Standard Webhooks 1.0.0)
    chat.py     a line of text to a chat room (Mattermost, Slack, Rocket.Chat)
"""
