@_exported public import DynamicValues
@_exported public import Logging
