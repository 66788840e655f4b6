"""Handouts: notebooks for students and instructors, and two printed pages a lesson.

``paper`` says what a lesson's pages ask, ``printing`` makes HTML and PDF of it, ``copies`` the
notebooks.
"""
