"""The day's work, in order.

receive ─▶ sort ─▶ draft ─▶ hold ┄ a person decides ┄▶ send ─▶ follow up ─▶ close
"""
