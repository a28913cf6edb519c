"""How an alert leaves for a chat, a pager or a program: one module, one constant `CHANNEL`.

A channel is pure: an alert and its options become one HTTP request, which the worker sends.

    webhook.py  signed JSON to any program (Standard Webhooks 1.0.0)
    chat.py     a line of text to a chat room (Mattermost, Slack, Rocket.Chat)
"""
