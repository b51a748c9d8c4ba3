"""What a process says of itself to whoever watches it: figures, health, readiness.

Three kinds of figures, each where it is true:

* what the records hold is read from them, so it is the same whoever is asked: take the greatest;
* what a process meets (sweeps, webhooks, payloads) it counts itself: take the sum;
* what a journey measures in its own time comes with the SDK's figures: see `workflows/measures`.
"""
