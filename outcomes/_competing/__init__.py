"""How do several causes of the end compete: incidence, its variance, subdistribution hazards?"""
