"""metric_learning"""
