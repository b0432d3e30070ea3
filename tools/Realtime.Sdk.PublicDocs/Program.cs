using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// PublicDocs ASSEMBLY XML OUTPUT REFERENCES: copies an XML documentation file without the members that users of the assembly cannot see. REFERENCES is a
// file that lists the assemblies that ASSEMBLY was compiled with, one per line. The exit code is 1 if a member of the XML file is not in the assembly.
if (args is not [var assemblyPath, var documentationPath, var outputPath, var referencesPath])
{
    Console.Error.WriteLine("usage: PublicDocs ASSEMBLY XML OUTPUT REFERENCES");
    return 2;
}

var assembly = MetadataReference.CreateFromFile(assemblyPath);
var compilation = CSharpCompilation.Create(
    "PublicDocs",
    references: [assembly, .. File.ReadLines(referencesPath).Select(path => MetadataReference.CreateFromFile(path))],
    options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, metadataImportOptions: MetadataImportOptions.All));
var visible = new Dictionary<string, bool>(StringComparer.Ordinal);
Add(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(assembly)!).GlobalNamespace, isVisible: true);

// The compiler writes one XML element per line. Preserving the whitespace keeps that form, so the same input gives the same bytes.
var documentation = XDocument.Load(documentationPath, LoadOptions.PreserveWhitespace);
var unknown = new List<string>();
foreach (var member in documentation.Descendants("member").ToArray())
{
    var id = member.Attribute("name")!.Value;
    if (!visible.TryGetValue(id, out var isVisible))
    {
        unknown.Add(id);
    }
    else if (!isVisible)
    {
        if (member.PreviousNode is XText indentation)
            indentation.Remove();
        member.Remove();
    }
}

foreach (var id in unknown)
    Console.Error.WriteLine($"{documentationPath}: error: {id} is not a member of {assemblyPath}");
Directory.CreateDirectory(Path.GetDirectoryName(outputPath)!);
using (var output = new StreamWriter(outputPath))
    documentation.Save(output, SaveOptions.DisableFormatting);
return unknown.Count == 0 ? 0 : 1;

void Add(INamespaceOrTypeSymbol container, bool isVisible)
{
    foreach (var symbol in container.GetMembers())
    {
        var isSymbolVisible = isVisible && (symbol is INamespaceSymbol
            || symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal);
        if (symbol.GetDocumentationCommentId() is { } id)
            visible[id] = isSymbolVisible;
        if (symbol is INamespaceOrTypeSymbol inner)
            Add(inner, isSymbolVisible);
    }
}
