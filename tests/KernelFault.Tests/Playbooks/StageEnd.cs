namespace KernelFault.Tests.Playbooks;

/// <summary>When a machine goes on to its next stage by itself: after a program, or before a script or a look for a file is answered.</summary>
/// <param name="Stage">The stage that ends.</param>
/// <param name="Call">A part of what is asked, such as <c>FindFile C:\Windows\MEMORY.DMP</c>.</param>
/// <param name="Count">The how manyth time.</param>
/// <param name="AwayFor">How many questions it does not answer then.</param>
internal sealed record StageEnd(int Stage, string Call, int Count = 1, int AwayFor = 0);
