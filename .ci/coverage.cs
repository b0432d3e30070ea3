#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// coverage.cs FOLDER: prints the coverage of each package, from coverlet's JSON files of all test projects in FOLDER, without generated code, and the lines and
// branches that no test reaches where a mistake leaks a key, repeats a request, or sends what is not valid. Fails if there are any, or if a package is below the
// floor. coverage.cs FOLDER PART: also prints those of the files whose path contains PART.
// Lines of braces do not count: optimized code has no instructions for them.
using System.Globalization;
using System.Text.Json;

const double lineGoal = 0.96, branchGoal = 0.92;

// What the tests reach today, less what varies from run to run. Raise it with the coverage.
var floors = new Dictionary<string, (double Lines, double Branches)>(StringComparer.Ordinal)
{
    ["Realtime.Sdk"] = (0.973, 0.936),
    ["Realtime.Sdk.AspNetCore"] = (0.973, 0.912),
    ["Realtime.Sdk.Extensions.AI"] = (0.985, 0.915),
    ["Realtime.Sdk.Testing"] = (0.975, 0.929),
};
string[] critical =
[
    "Diagnostics/PeerText.cs", "Diagnostics/KeyPattern.cs", "Diagnostics/RecordPrinter.cs", "Errors/TransientFailures.cs",
    "Transport/Http/RetryAfterHeader.cs", "Transport/Http/ShouldRetryHeader.cs", "/Validation/",
];

// A line or branch counts as reached if one of the test projects reaches it. A branch is identified by its position in the code.
var lines = new Dictionary<(string Package, string File, int Line), bool>();
var branches = new Dictionary<(string Package, string File, int Line, string Branch), bool>();
foreach (var report in Directory.EnumerateFiles(args[0], "*.json", SearchOption.AllDirectories))
{
    using var document = JsonDocument.Parse(File.ReadAllBytes(report));
    foreach (var module in document.RootElement.EnumerateObject())
    {
        foreach (var file in module.Value.EnumerateObject())
            Add(Path.GetFileNameWithoutExtension(module.Name), file.Name.Replace('\\', '/'), file.Value);
    }
}

var fails = false;
foreach (var (package, floor) in floors)
{
    var lineRate = Rate(lines.Where(line => line.Key.Package == package).Select(line => line.Value));
    var branchRate = Rate(branches.Where(branch => branch.Key.Package == package).Select(branch => branch.Value));
    fails |= lineRate < floor.Lines || branchRate < floor.Branches;
    Print($"{package,-22} lines {lineRate:P1} (floor {floor.Lines:P1}, goal {lineGoal:P0}), branches {branchRate:P1} (floor {floor.Branches:P1}, goal {branchGoal:P0})");
}

foreach (var file in lines.GroupBy(line => line.Key.File).OrderBy(file => file.Key, StringComparer.Ordinal))
{
    var isCritical = critical.Any(part => file.Key.Contains(part, StringComparison.Ordinal));
    if (!isCritical && !(args.Length > 1 && file.Key.Contains(args[1], StringComparison.Ordinal)))
        continue;
    var unreached = branches.Where(branch => branch.Key.File == file.Key && !branch.Value).Select(branch => branch.Key.Line).ToHashSet();
    var missing = file.Where(line => !line.Value || unreached.Contains(line.Key.Line)).OrderBy(line => line.Key.Line)
        .Select(line => line.Value ? $"{line.Key.Line} (a branch)" : $"{line.Key.Line}")
        .ToArray();
    if (missing.Length > 0)
        Print($"not reached in {Path.GetRelativePath(Environment.CurrentDirectory, file.Key)}: {string.Join(", ", missing)}");
    fails |= isCritical && missing.Length > 0;
}

return fails ? 1 : 0;

static double Rate(IEnumerable<bool> reached) => reached.Select(one => one ? 1.0 : 0).DefaultIfEmpty(0).Average();

// A file counts for the package in whose folder it is: Realtime.Sdk.Testing compiles some files of Realtime.Sdk. Generated files are not on disk.
void Add(string package, string file, JsonElement types)
{
    if (!file.Contains($"/src/{package}/", StringComparison.Ordinal) || file.Contains("/obj/", StringComparison.Ordinal) || !File.Exists(file))
        return;
    var source = File.ReadAllLines(file);
    foreach (var method in types.EnumerateObject().SelectMany(type => type.Value.EnumerateObject()))
    {
        foreach (var line in method.Value.GetProperty("Lines").EnumerateObject())
        {
            var number = int.Parse(line.Name, CultureInfo.InvariantCulture);
            if (IsCode(number))
                lines[(package, file, number)] = lines.GetValueOrDefault((package, file, number)) || line.Value.GetInt64() > 0;
        }
        foreach (var branch in method.Value.GetProperty("Branches").EnumerateArray())
        {
            var number = branch.GetProperty("Line").GetInt32();
            var key = (package, file, number, $"{method.Name} {branch.GetProperty("Offset")} {branch.GetProperty("Path")} {branch.GetProperty("Ordinal")}");
            if (IsCode(number))
                branches[key] = branches.GetValueOrDefault(key) || branch.GetProperty("Hits").GetInt64() > 0;
        }
    }

    bool IsCode(int number) => number <= source.Length && source[number - 1].AsSpan().Trim() is not ("{" or "}");
}

void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
