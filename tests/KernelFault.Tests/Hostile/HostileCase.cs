using System.Globalization;

namespace KernelFault.Tests.Hostile;

/// <summary>One damaged file that the engine did not take well.</summary>
/// <param name="Format">Which format.</param>
/// <param name="Number">The mutation's number: the damage can be made again from it.</param>
/// <param name="Complaint">What went wrong.</param>
/// <param name="Content">The damaged file.</param>
internal sealed record HostileCase(string Format, long Number, string Complaint, byte[] Content)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Format} mutation {Number}: {Complaint}");
}
