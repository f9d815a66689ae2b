"""What every package may use: errors, problems, progress, language, paths, settings.

In: plain values. Out: plain values, and the files of the user's profile.
Called by: all; imports nothing of bigmap.
"""
