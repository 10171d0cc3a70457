"""What an image is made of, and whose it is: bills of materials, and signatures.

Read `bill` (what is in it); then `signing` (what is signed, and with which key) and `registry` and `beside` (where
signatures are kept).
"""
