"""Which rule and thresholds are in force for each detector.

`udp-flood` has a default of 2,000 packets a second, the policy pack says 3,000, a person accepted
9,000 for customers of class gold: `effective_rules.effective_rules` puts these together and keeps
who set each one. `thresholds` accepts and withdraws; `customer_classes` says which class holds
which address.
"""
