"""What an informant reads about a reward. The office's page shows the same sentence before it is said."""

from casework.terms import N_

# %(amount)s: 20,000 元; %(day)s: the last day, in the reader's language. No body, no number of a case, no act.
APPROVED = N_("您举报的事有奖励，%(amount)s。最迟 %(day)s，用查询码和领奖密码领取。")
