"""All that is dangerous, in one place: keys, sealing, codes, passwords, tokens, images, storage.

Functions here say what they are for (`seal_identity`), never how (`encrypt`).
"""
