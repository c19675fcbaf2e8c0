namespace KernelFault.Playbooks.Running;

/// <summary>A playbook with the bytes it was read from: what is hashed, signed and kept with a run.</summary>
/// <param name="Playbook">The playbook.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Signer">Who signed it, where that counts; null when nobody did, and for one that comes with this library.</param>
public sealed record PlaybookDocument(Playbook Playbook, ReadOnlyMemory<byte> Bytes, string? Signer);
