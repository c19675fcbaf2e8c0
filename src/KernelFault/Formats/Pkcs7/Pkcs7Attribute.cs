namespace KernelFault.Formats.Pkcs7;

/// <summary>An attribute of a signer.</summary>
/// <param name="Type">Its object identifier.</param>
/// <param name="Values">Its encoded values, one behind the other.</param>
internal sealed record Pkcs7Attribute(string Type, ReadOnlyMemory<byte> Values);
