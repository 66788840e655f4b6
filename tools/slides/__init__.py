"""Decks and polls: what `tools/make_slides.py` makes of the sources in the folder slides.

source    a deck as it is written: slides, polls, notes
computed  what a source may name: numbers, pictures, derivations, explorers
polls     questions for a class, as Moodle GIFT, as CSV, and as a page to print
deck      the HTML of a deck, in one file
"""
