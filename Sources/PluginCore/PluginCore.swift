@_exported public import DynamicValues
