"""How are days tabulated, and what do survival curves and their comparisons compute?"""
