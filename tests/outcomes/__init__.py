"""Does outcomes compute what a pencil, R and SPSS compute?"""
