using System.Reflection;
using System.Text.RegularExpressions;

namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>Finds the names in docs/from-the-official-package.md that neither package has.</summary>
internal static partial class NamesPage
{
    public static IEnumerable<string> FindUnknownNames(string page)
    {
        var rows = page.Split("\n## Names\n")[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|'));
        return rows.SelectMany(cells => FindUnknown(cells[1], typeof(OpenAI.Realtime.RealtimeClient)).Concat(FindUnknown(cells[2], typeof(RealtimeClient))));
    }

    private static IEnumerable<string> FindUnknown(string cell, Type neighbor) =>
        Code().Matches(cell).Select(match => match.Groups[1].Value).Where(name => !Exists(name.Split('.'), neighbor)).Select(name => $"{neighbor.Assembly.GetName().Name}: {name}");

    private static bool Exists(string[] name, Type neighbor) => neighbor.Assembly.GetType($"{neighbor.Namespace}.{name[0]}") is { } type
        && (name.Length == 1 || type.GetMember(name[1], BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy).Length > 0);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
