"""Kept terms, translation engines, and the check that nothing was lost; no torch.

`documents` cuts a text into segments and puts it back together, `glossary` says what must stay, `matching` finds it,
`engines` translate around it, `checking` proves it, and `terms` proposes what a glossary might hold.
"""
