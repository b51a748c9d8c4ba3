"""`make demo`: the example referrals go through their courses, in minutes instead of months.

Its server skips time; nothing in the product knows. A director moves every journey to its next
due instant in the order of the clinic's clock, and the staff of the stories act through the same
commands that anybody gives.
"""
