namespace KernelFault.Tracing;

/// <summary>A parameter or the return value of a function.</summary>
/// <param name="Name">Its name, clean text; <c>return</c> for the value returned.</param>
/// <param name="Type">Its type as C writes it.</param>
/// <param name="FetchType">How tracefs is told to print it: <c>x64</c>, <c>s32</c>, <c>u8</c> …</param>
/// <param name="IsText">Whether it points to characters.</param>
internal sealed record FunctionParameter(string Name, string Type, string FetchType, bool IsText);
