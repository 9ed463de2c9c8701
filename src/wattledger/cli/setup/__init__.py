"""`setup`: from nothing to a settings file, by questions.

verb          the steps in their order
meet          which meters there are
unlock        the password of one
portray       what a meter is and measures, in lines
guess         which one is at the mains, which at the plant; pure
roles         asks that
home          asks what the home is like
zone          the time zone of this machine
answers       an answer is checked by the settings that it is for
before        what the settings that are there say already
text          the settings as a file that one likes to read; pure
place         where that file is, and how it gets there
farewell      what to do next
"""
