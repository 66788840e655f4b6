"""Wrong answers to the exercises, one file a lesson, and what has to be said to them.

Each file has ``WRONG``: the number of an exercise, and pairs of an answer and words that must
stand in the verdict on it, the clinic's name for the mistake or a part of the hint.
"""
