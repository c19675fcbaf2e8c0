namespace KernelFault.Tests.Lab;

/// <summary>The tests that share the guest, and its one crash. They run one after the other.</summary>
[CollectionDefinition("Guest")]
public sealed class GuestCollection : ICollectionFixture<GuestCrash>;
