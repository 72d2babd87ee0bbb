"""How is a proportional hazards model fitted, and what is read off the fit?"""
