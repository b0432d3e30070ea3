using System.Text.RegularExpressions;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests;

/// <summary>The C# code of a page of the documentation, which must be that of a test.</summary>
internal static partial class GuideCode
{
    /// <summary>Returns the parts of a page's code, separated by empty lines, that the source of a test does not contain.</summary>
    /// <param name="page">The path of the page.</param>
    /// <param name="test">The path of the source, below this project.</param>
    /// <param name="count">The number of parts that the page has.</param>
    public static IReadOnlyList<string> FindMissing(string page, string test, out int count)
    {
        var source = Squeeze(File.ReadAllText(Path.Combine(Repository.Root, "tests/Realtime.Sdk.AspNetCore.Tests", test)));
        var parts = CSharp().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).SelectMany(match => match.Groups[1].Value.Split("\n\n")).Select(Squeeze).ToList();
        count = parts.Count;
        return parts.FindAll(part => !source.Contains(part, StringComparison.Ordinal));
    }

    private static string Squeeze(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex("```csharp\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();
}
