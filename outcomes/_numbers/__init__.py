"""What do all the statistics build on: checked columns, linear algebra, distributions?"""
