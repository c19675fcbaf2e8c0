using System.Reflection;
using KernelFault.HelpBuilder;

// Usage: KernelFault.HelpBuilder CMDLETS.dll DOCS OUTPUT
// What a cmdlet takes comes from its attributes, what it means from its page: a parameter without a paragraph, or a
// paragraph without a parameter, ends the build.
if (args.Length != 3)
{
    Console.Error.WriteLine("usage: KernelFault.HelpBuilder CMDLETS.dll DOCS OUTPUT");
    return 2;
}

string folder = Path.GetDirectoryName(Path.GetFullPath(args[0]))!;
AppDomain.CurrentDomain.AssemblyResolve += (_, request) =>
{
    string file = Path.Combine(folder, new AssemblyName(request.Name).Name + ".dll");
    return File.Exists(file) ? Assembly.LoadFrom(file) : null;
};

try
{
    Directory.CreateDirectory(args[2]);
    CmdletFacts[] cmdlets = CmdletFacts.Of(Assembly.LoadFrom(Path.GetFullPath(args[0])));
    CommandPage[] pages = cmdlets.Select(cmdlet => CommandPage.Read(Path.Combine(args[1], cmdlet.Name + ".md"))).ToArray();
    MamlWriter.Write(Path.Combine(args[2], Path.GetFileName(args[0]) + "-Help.xml"), cmdlets.Zip(pages));
    foreach (string topic in Directory.GetFiles(args[1], "about_*.md"))
    {
        File.WriteAllText(Path.Combine(args[2], Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.ToText(File.ReadAllText(topic)));
    }

    return 0;
}
catch (InvalidDataException e)
{
    // The form that MSBuild shows as an error of the build.
    Console.WriteLine($"{args[1]} : error KFHELP: {e.Message}");
    return 1;
}
