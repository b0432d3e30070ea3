// Compares this package with the official adapter, row by row, and prints a Markdown table. Fails if a row of this package is behind.
// With the folder of the documentation: also fails if extensions-ai.md does not contain the table, or from-the-official-package.md contains a name that neither package has.
using Realtime.Sdk.Extensions.AI.Comparison;

Row[] rows = [.. MessageRows.All, .. SessionRows.All, .. SendingRows.All, .. ToolRows.All];
List<string> table = [$"| | {Candidate.Official.Name} | {Candidate.Ours.Name} |", "|---|---|---|"];
var faults = new List<string>();
foreach (var row in rows)
{
    var (theirs, ours) = (await row.MeasureAsync(Candidate.Official), await row.MeasureAsync(Candidate.Ours));
    table.Add($"| {row.Name} | {theirs.Text} | {ours.Text} |");
    if (ours.Score < theirs.Score)
        faults.Add($"behind: {row.Name}");
}
table.ForEach(Console.WriteLine);

if (args is [var docs])
{
    if (!(await ReadAsync("extensions-ai.md")).Contains(string.Join('\n', table), StringComparison.Ordinal))
        faults.Add("extensions-ai.md does not contain this table");
    faults.AddRange(NamesPage.FindUnknownNames(await ReadAsync("from-the-official-package.md")).Select(name => $"there is no {name}"));

    async Task<string> ReadAsync(string page) => (await File.ReadAllTextAsync(Path.Combine(docs, page))).ReplaceLineEndings("\n");
}
faults.ForEach(Console.WriteLine);
Console.WriteLine($"{rows.Length} rows, {faults.Count} faults");
return faults.Count == 0 ? 0 : 1;
