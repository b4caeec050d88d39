"""账号: who someone is (passwords, codes, sessions) and what they may do (invitations, grants, scopes).

Every function works in the transaction it is given and records what it changed; the caller commits, also when
the answer is a refusal, so that a failed guess counts.
"""
