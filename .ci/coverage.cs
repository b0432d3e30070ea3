#:property RestorePackagesWithLockFile=false
// coverage.cs FOLDER: prints the coverage of each package, from the Cobertura files of all test projects in FOLDER, without generated code, and the lines
// and branches that no test reaches where a mistake leaks a key, repeats a request, or sends what is not valid. Fails if a package is below the floor.
// Lines of braces do not count: optimized code has no instructions for them.
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const double lineGoal = 0.96, branchGoal = 0.92;

// What the tests reach today, less what varies from run to run. Raise it with the coverage.
const double lineFloor = 0.95, branchFloor = 0.88;
string[] critical =
[
    "Diagnostics/PeerText.cs", "Diagnostics/KeyPattern.cs", "Diagnostics/RecordPrinter.cs", "Errors/TransientFailures.cs",
    "Transport/Http/RetryAfterHeader.cs", "Transport/Http/ShouldRetryHeader.cs", "Validation/",
];

var sources = new Dictionary<string, string[]>(StringComparer.Ordinal);

// A line counts as reached if one of the test projects reaches it; of its branches, as many as the best of them.
var lines = new Dictionary<(string Package, string File, int Line), (bool IsHit, int Covered, int Branches)>();
foreach (var report in Directory.EnumerateFiles(args[0], "*.xml", SearchOption.AllDirectories).Where(file => file.Contains("cobertura", StringComparison.Ordinal)))
{
    var document = XDocument.Load(report);
    var roots = document.Descendants("source").Select(source => source.Value).ToArray();
    foreach (var type in document.Descendants("class"))
    {
        var file = FindSource((string)type.Attribute("filename")!, roots);
        if (!file.Contains("/obj/", StringComparison.Ordinal))
            Add((string)type.Parent!.Parent!.Attribute("name")!, file, type.Element("lines")!.Elements("line"));
    }
}

var isBelow = false;
foreach (var package in lines.GroupBy(line => line.Key.Package).OrderBy(package => package.Key, StringComparer.Ordinal))
{
    var lineRate = package.Average(line => line.Value.IsHit ? 1.0 : 0);
    var branchRate = (double)package.Sum(line => line.Value.Covered) / package.Sum(line => line.Value.Branches);
    isBelow |= lineRate < lineFloor || branchRate < branchFloor;
    Print($"{package.Key,-22} lines {lineRate:P1} of {package.Count():N0} (goal {lineGoal:P0}), branches {branchRate:P1} (goal {branchGoal:P0})");
}

if (lines.Count == 0)
    Print($"no coverage in {args[0]}");

foreach (var file in lines.Where(line => critical.Any(part => line.Key.File.Contains(part, StringComparison.Ordinal))).GroupBy(line => line.Key.File))
{
    var missing = file.GroupBy(line => line.Key.Line).OrderBy(line => line.Key)
        .Where(line => !line.Any(copy => copy.Value.IsHit) || line.Max(copy => copy.Value.Covered) < line.Max(copy => copy.Value.Branches))
        .Select(line => line.Any(copy => copy.Value.IsHit) ? $"{line.Key} (a branch)" : $"{line.Key}")
        .ToArray();
    if (missing.Length > 0)
        Print($"not reached in {Path.GetRelativePath(Environment.CurrentDirectory, file.Key)}: {string.Join(", ", missing)}");
}

return lines.Count == 0 || isBelow ? 1 : 0;

// The reports of two projects may have different roots. Generated files are not on disk.
static string FindSource(string file, string[] roots) => roots.Select(root => Path.Combine(root, file)).FirstOrDefault(File.Exists)?.Replace('\\', '/') ?? $"/obj/{file}";

void Add(string package, string file, IEnumerable<XElement> found)
{
    if (!sources.TryGetValue(file, out var source))
        sources[file] = source = File.ReadAllLines(file);
    foreach (var line in found)
    {
        var number = (int)line.Attribute("number")!;
        if (number <= source.Length && source[number - 1].AsSpan().Trim() is "{" or "}")
            continue;
        var conditions = Conditions().Match((string?)line.Attribute("condition-coverage") ?? "");
        var (covered, branches) = conditions.Success
            ? (int.Parse(conditions.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(conditions.Groups[2].Value, CultureInfo.InvariantCulture))
            : (0, 0);
        var known = lines.GetValueOrDefault((package, file, number));
        lines[(package, file, number)] =
            (known.IsHit || (long)line.Attribute("hits")! > 0, Math.Max(known.Covered, covered), Math.Max(known.Branches, branches));
    }
}

void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

internal static partial class Program
{
    [GeneratedRegex(@"\((\d+)/(\d+)\)")]
    private static partial Regex Conditions();
}
