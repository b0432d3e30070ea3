namespace Realtime.Sdk.Tests.Shared;

/// <summary>The files of this repository, whose root is a parent folder of the test program.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Sources(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)];

    public static string RelativeTo(string folder, string file) =>
        Path.GetRelativePath(Path.Combine(Root, folder), file).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Realtime.Sdk.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("The test program is not in a folder of the repository.");
    }
}
