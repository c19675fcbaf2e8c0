using KernelFault.Formats.Der;

namespace KernelFault.Formats.Pkcs7;

/// <summary>A name of X.500: of a certificate's subject or issuer.</summary>
internal static class DistinguishedName
{
    private const int MaximumParts = 32;

    /// <summary>The name as text, the most special part first, as Windows shows it: <c>CN=…, O=…, C=…</c>.</summary>
    internal static string Read(DerReader name)
    {
        var parts = new List<string>();
        while (!name.IsAtEnd && parts.Count < MaximumParts)
        {
            DerReader set = name.Enter(DerTag.Set);
            while (!set.IsAtEnd && parts.Count < MaximumParts)
            {
                DerReader part = set.Enter(DerTag.Sequence);
                string type = part.ObjectIdentifier();
                string text = part.Text();
                parts.Add(Label(type) + "=" + (text.IndexOfAny([',', '"', '+']) >= 0 ? "\"" + text.Replace("\"", "\"\"") + "\"" : text));
            }
        }

        parts.Reverse();
        return PrintableText.Clean(string.Join(", ", parts));
    }

    /// <summary>The common name, or the last of the unit names where there is none.</summary>
    internal static string? CommonName(DerReader name)
    {
        string? unit = null;
        for (int i = 0; !name.IsAtEnd && i < MaximumParts; i++)
        {
            DerReader part = name.Enter(DerTag.Set).Enter(DerTag.Sequence);
            switch (part.ObjectIdentifier())
            {
                case "2.5.4.3":
                    return part.Text();
                case "2.5.4.11":
                    unit = part.Text();
                    break;
            }
        }

        return unit;
    }

    private static string Label(string type) => type switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "SERIALNUMBER",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "S",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.15" => "BusinessCategory",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "E",
        _ => "OID." + type,
    };
}
