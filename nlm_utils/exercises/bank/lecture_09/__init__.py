"""The exercises of lecture 09: one step of a recurrent network, the whole sentence, a gated step.

All of it is torch. The references are the teaching versions; models/recurrent.py holds what trains fast, and both are
tested against torch's own cells.
"""
