namespace KernelFault.Knowledge;

/// <summary>Parses one entry of each of the small data files.</summary>
internal static class KnowledgeEntries
{
    /// <summary>An entry of <c>value-sets.json</c>.</summary>
    internal static BugCheckValueSet ReadValueSet(ref KnowledgeReader reader)
    {
        string name = string.Empty;
        BugCheckValue[] values = [];
        while (reader.NextProperty() is { } property)
        {
            switch (property)
            {
                case "name":
                    name = reader.ReadText();
                    break;
                case "values":
                    values = reader.ReadValues();
                    break;
                default:
                    throw reader.Unexpected("a property of a table of values");
            }
        }

        return new BugCheckValueSet(name, values);
    }

    /// <summary>An entry of <c>ntstatus.json</c> or <c>hresults.json</c>.</summary>
    internal static NtStatusInfo ReadStatus(ref KnowledgeReader reader)
    {
        var status = new NtStatusInfo { Code = 0, Name = string.Empty };
        while (reader.NextProperty() is { } property)
        {
            status = property switch
            {
                "code" => status with { Code = checked((uint)KnowledgeReader.ParseHex(reader.ReadText())) },
                "name" => status with { Name = reader.ReadText() },
                "meaning" => status with { Meaning = reader.ReadText() },
                "faultClass" => status with { FaultClass = reader.ReadText() },
                _ => throw reader.Unexpected("a property of a status"),
            };
        }

        return status;
    }

    /// <summary>The sentence of an entry of <c>causes.json</c>.</summary>
    internal static string ReadCause(ref KnowledgeReader reader)
    {
        string text = string.Empty;
        while (reader.NextProperty() is { } property)
        {
            string value = reader.ReadText();
            text = property == "text" ? value : text;
        }

        return text;
    }

    /// <summary>An entry of <c>next-steps.json</c>.</summary>
    internal static NextStepInfo ReadNextStep(ref KnowledgeReader reader)
    {
        var step = new NextStepInfo(string.Empty, string.Empty, null);
        while (reader.NextProperty() is { } property)
        {
            step = property switch
            {
                "tag" => step with { Tag = reader.ReadText() },
                "text" => step with { Text = reader.ReadText() },
                "playbook" => step with { Playbook = reader.ReadText() },
                _ => throw reader.Unexpected("a property of a next step"),
            };
        }

        return step;
    }

    /// <summary>An entry of <c>fault-classes.json</c>.</summary>
    internal static FaultClassInfo ReadFaultClass(ref KnowledgeReader reader)
    {
        var info = new FaultClassInfo { Name = string.Empty, Phrase = string.Empty, Causes = [], NextSteps = [] };
        while (reader.NextProperty() is { } property)
        {
            info = property switch
            {
                "name" => info with { Name = reader.ReadText() },
                "phrase" => info with { Phrase = reader.ReadText() },
                "causes" => info with { Causes = reader.ReadTexts() },
                "nextSteps" => info with { NextSteps = reader.ReadTexts() },
                "linuxNextSteps" => info with { LinuxNextSteps = reader.ReadTexts() },
                _ => throw reader.Unexpected("a property of a fault class"),
            };
        }

        return info;
    }

    /// <summary>An entry of <c>drivers.json</c>.</summary>
    internal static DriverFacts ReadDriver(ref KnowledgeReader reader)
    {
        var driver = new DriverFacts { Name = string.Empty };
        while (reader.NextProperty() is { } property)
        {
            driver = property switch
            {
                "name" => driver with { Name = reader.ReadText() },
                "operatingSystem" => driver with { OperatingSystem = reader.ReadBoolean() },
                "core" => driver with { Core = reader.ReadBoolean() },
                "inbox" => driver with { Inbox = reader.ReadBoolean() },
                "vendor" => driver with { Vendor = reader.ReadText() },
                "product" => driver with { Product = reader.ReadText() },
                "description" => driver with { Description = reader.ReadText() },
                "category" => driver with { Category = reader.ReadText() },
                _ => throw reader.Unexpected("a property of a driver"),
            };
        }

        // Whatever Microsoft writes as part of Windows, Windows ships.
        return driver.OperatingSystem ? driver with { Inbox = true, Vendor = driver.Vendor ?? "Microsoft" } : driver;
    }
}
