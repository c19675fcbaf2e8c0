using System.Text.Json;

namespace KernelFault.Knowledge;

/// <summary>Parses one entry of each of the small data files.</summary>
internal static class KnowledgeEntries
{
    /// <summary>An entry of <c>value-sets.json</c>.</summary>
    internal static BugCheckValueSet ReadValueSet(ref Utf8JsonReader reader)
    {
        string name = string.Empty;
        BugCheckValue[] values = [];
        while (KnowledgeReader.NextProperty(ref reader))
        {
            switch (reader.GetString())
            {
                case "name":
                    name = KnowledgeReader.ReadText(ref reader);
                    break;
                case "values":
                    values = KnowledgeReader.ReadValues(ref reader);
                    break;
                default:
                    throw KnowledgeReader.Unexpected("a property of a table of values", ref reader);
            }
        }

        return new BugCheckValueSet(name, values);
    }

    /// <summary>An entry of <c>ntstatus.json</c> or <c>hresults.json</c>.</summary>
    internal static NtStatusInfo ReadStatus(ref Utf8JsonReader reader)
    {
        var status = new NtStatusInfo { Code = 0, Name = string.Empty };
        while (KnowledgeReader.NextProperty(ref reader))
        {
            status = reader.GetString() switch
            {
                "code" => status with { Code = checked((uint)KnowledgeReader.ParseHex(KnowledgeReader.ReadText(ref reader))) },
                "name" => status with { Name = KnowledgeReader.ReadText(ref reader) },
                "meaning" => status with { Meaning = KnowledgeReader.ReadText(ref reader) },
                "faultClass" => status with { FaultClass = KnowledgeReader.ReadText(ref reader) },
                _ => throw KnowledgeReader.Unexpected("a property of a status", ref reader),
            };
        }

        return status;
    }

    /// <summary>The sentence of an entry of <c>causes.json</c>.</summary>
    internal static string ReadCause(ref Utf8JsonReader reader)
    {
        string text = string.Empty;
        while (KnowledgeReader.NextProperty(ref reader))
        {
            bool isText = reader.ValueTextEquals("text"u8);
            string value = KnowledgeReader.ReadText(ref reader);
            text = isText ? value : text;
        }

        return text;
    }

    /// <summary>An entry of <c>next-steps.json</c>.</summary>
    internal static NextStepInfo ReadNextStep(ref Utf8JsonReader reader)
    {
        var step = new NextStepInfo(string.Empty, string.Empty, null);
        while (KnowledgeReader.NextProperty(ref reader))
        {
            step = reader.GetString() switch
            {
                "tag" => step with { Tag = KnowledgeReader.ReadText(ref reader) },
                "text" => step with { Text = KnowledgeReader.ReadText(ref reader) },
                "playbook" => step with { Playbook = KnowledgeReader.ReadText(ref reader) },
                _ => throw KnowledgeReader.Unexpected("a property of a next step", ref reader),
            };
        }

        return step;
    }

    /// <summary>An entry of <c>fault-classes.json</c>.</summary>
    internal static FaultClassInfo ReadFaultClass(ref Utf8JsonReader reader)
    {
        var info = new FaultClassInfo { Name = string.Empty, Phrase = string.Empty, Causes = [], NextSteps = [] };
        while (KnowledgeReader.NextProperty(ref reader))
        {
            info = reader.GetString() switch
            {
                "name" => info with { Name = KnowledgeReader.ReadText(ref reader) },
                "phrase" => info with { Phrase = KnowledgeReader.ReadText(ref reader) },
                "causes" => info with { Causes = KnowledgeReader.ReadTexts(ref reader) },
                "nextSteps" => info with { NextSteps = KnowledgeReader.ReadTexts(ref reader) },
                "linuxNextSteps" => info with { LinuxNextSteps = KnowledgeReader.ReadTexts(ref reader) },
                _ => throw KnowledgeReader.Unexpected("a property of a fault class", ref reader),
            };
        }

        return info;
    }

    /// <summary>An entry of <c>drivers.json</c>.</summary>
    internal static DriverFacts ReadDriver(ref Utf8JsonReader reader)
    {
        var driver = new DriverFacts { Name = string.Empty };
        while (KnowledgeReader.NextProperty(ref reader))
        {
            driver = reader.GetString() switch
            {
                "name" => driver with { Name = KnowledgeReader.ReadText(ref reader) },
                "operatingSystem" => driver with { OperatingSystem = KnowledgeReader.ReadBoolean(ref reader) },
                "core" => driver with { Core = KnowledgeReader.ReadBoolean(ref reader) },
                "inbox" => driver with { Inbox = KnowledgeReader.ReadBoolean(ref reader) },
                "vendor" => driver with { Vendor = KnowledgeReader.ReadText(ref reader) },
                "product" => driver with { Product = KnowledgeReader.ReadText(ref reader) },
                "description" => driver with { Description = KnowledgeReader.ReadText(ref reader) },
                "category" => driver with { Category = KnowledgeReader.ReadText(ref reader) },
                _ => throw KnowledgeReader.Unexpected("a property of a driver", ref reader),
            };
        }

        // Whatever Microsoft writes as part of Windows, Windows ships.
        return driver.OperatingSystem ? driver with { Inbox = true, Vendor = driver.Vendor ?? "Microsoft" } : driver;
    }
}
