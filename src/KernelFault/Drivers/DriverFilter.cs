namespace KernelFault.Drivers;

/// <summary>Which drivers are wanted. What is not known of a driver does not fit.</summary>
public sealed record DriverFilter
{
    /// <summary>Whether a driver's name fits; null for any.</summary>
    public Func<string, bool>? Name { get; init; }

    /// <summary>Whether a driver's class fits; null for any.</summary>
    public Func<string, bool>? Class { get; init; }

    /// <summary>Only other makers' code.</summary>
    public bool ThirdParty { get; init; }

    /// <summary>Only those that run.</summary>
    public bool Running { get; init; }

    /// <summary>Only those that have no signature, neither in the file nor in a catalogue that was looked at.</summary>
    public bool Unsigned { get; init; }

    /// <summary>Whether a driver is wanted.</summary>
    /// <param name="driver">The driver.</param>
    /// <returns>True when it fits all that is asked.</returns>
    public bool Accepts(KernelDriver driver)
    {
        if (driver is null)
        {
            throw new ArgumentNullException(nameof(driver));
        }

        return (Name is null || Name(driver.Name))
            && (Class is null || (driver.Class is { } category && Class(category)))
            && (!ThirdParty || driver.IsThirdParty == true)
            && (!Running || driver.State == KernelDriverState.Running)
            && (!Unsigned || driver.Signature?.Status == DriverSignatureStatus.Unsigned);
    }
}
