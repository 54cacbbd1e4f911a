"""The demonstration: an archive of 1956 to 1958, and a generated competition of today.

It is made only by calling the services as the named people at the moments they would have acted. `demonstration_load`
is the whole of it.
"""
