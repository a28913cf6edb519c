"""Datagrams become flows, flows become findings. The room is placed; nothing lives in it yet.

Until it does, a detector outside reports through `POST /api/v1/findings` with a trusted token, and
its findings count as our own telemetry.
"""
