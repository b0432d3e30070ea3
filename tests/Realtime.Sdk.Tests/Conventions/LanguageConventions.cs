using System.Text.RegularExpressions;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>
/// XML docs, comments, messages and pages are written in plain American technical English, in the platform's words. The first version of this repository had a
/// dialect of its own; this list keeps it out. Code is not checked: neither identifiers, nor inline code and code blocks, nor strings without white space.
/// </summary>
public sealed partial class LanguageConventions
{
    /// <summary>What is not written here, each as a pattern in which a space is any white space, and what is written instead.</summary>
    private static readonly (string Pattern, string Instead)[] Phrases =
    [
        (@"(nobody|no one)\b", "no caller, no client, nothing"),
        (@"(somebody|anybody|everybody|whoever)\b", "someone, another client, the caller that"),
        (@"told\b(?! apart\b)", "notified, reported, informed"),
        (@"(lent|lends?)\b", "pooled, valid only during the callback"),
        (@"(for ever|forever)\b", "indefinitely"),
        (@"(give|gives|gave|given|giving) up\b", "cancel, abort, stop waiting"),
        (@"whatever\b", "any, regardless of"),
        (@"all the same\b", "anyway, the same"),
        (@"as (it|they) came\b", "unchanged"),
        (@"(twins?|diary|diaries|habits?|promising)\b", "the term of the field"),
        (@"the (most|least|longest|shortest) that\b", "the maximum, the minimum"),
        (@"half of a surrogate\b", "an unpaired surrogate"),
        (@"beforehand\b", "in advance"),
        (@"(own accord|own account)\b", "automatically, by this SDK"),
        (@"made of it\b", "the effective value"),
        (@"of a kind\b", "an unrecognized …"),
        (@"thousand million\b", "billion, or the name of the constant"),
        (@"(shall|ought|anew|nevertheless|nonetheless|hence|thus|whence|wherein|whereby|thereby|therein|thereof|hereby|lest|till|afresh)\b", "a plain word"),
        (@"once more\b", "again"),
        (@"goes on\b", "continues"),
        (@"beside\b", "next to, besides"),
        (@"(can|could) (not )?be had\b", "be obtained"),
        (@"can(not)? be taken\b", "be accepted"),
        (@"(say|says|said) no\b", "reject, refuse"),
        (@"(begin|begins|began) so\b", "as follows"),
        (@"(the|its) link\b", "connection"),
        (@"nothing of (it|the kind)\b", "none of it"),
        (@"knows? of no\b", "does not know"),
        (@"speaks? (only )?(websocket|http|tls|json|pcm)\b", "supports, uses"),
        (@"(?<!\bthere )(is|are|was|were) no (?!longer\b|more\b|fewer\b|less\b|later\b|earlier\b)[a-z]", "is not a …"),
        (@"(?-i:(?<![\w,;:] )What (?!if )(?:(?!\n[ \t]*\n)[^?.!|])*\.)", "a noun: the values that …"),
        (@"(mis)?(behaviour|colour|favour|honour|neighbour)", "American spelling"),
        (@"(cancell(ed|ing)|labell(ed|ing)|modell(ed|ing)|travell(ed|ing)|signall(ed|ing)|grey|whilst|amongst|towards|centre|licence|artefact|analyse[ds]?|catalogue)\b",
            "American spelling"),
        (@"(apolog|author|categor|character|custom|emphas|final|general|initial|maxim|memor|minim|normal|optim|organ|prior|real|recogn|serial|special|stabil|standard|summar|synchron|token|util|visual)is(e|ed|es|ing|ation|able)\b",
            "American spelling"),
    ];

    private static readonly Regex Any = new($@"(?<![\w`-])({string.Join('|', Phrases.Select(phrase => Spaced(phrase.Pattern)))})",
        RegexOptions.Compiled | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [Fact]
    public void Texts_are_written_in_the_words_of_the_platform() => Hits(Repository.Root).Should().BeEmpty();

    [Theory]
    [InlineData("a.cs", "/// <summary>Is called when nobody waits.</summary>")]
    [InlineData("a.cs", "/// <summary>The time that a call\n/// waits for\n    /// ever.</summary>")]
    [InlineData("a.cs", "x(); // the text is no JSON")]
    [InlineData("a.cs", "/// <summary>What the server sends.</summary>")]
    [InlineData("a.cs", "throw new E($\"The call {id} was cancelled.\");")]
    [InlineData("a.cs", "throw new E(\"\"\"\n    Gives up.\n    \"\"\");")]
    [InlineData("a.cs", "var quote = '\"'; // as it came")]
    [InlineData("a.md", "The behaviour\nof the client.")]
    [InlineData("a.props", "<!-- nobody needs it -->")]
    [InlineData("BannedSymbols.txt", "M:System.X;Nobody calls it")]
    public void A_phrase_of_the_list_is_found(string file, string content) => Hits(file, content).Should().ContainSingle();

    [Theory]
    [InlineData("a.cs", "/// <summary>Wire: <c>cancelled</c>, see <see cref=\"Told\"/>. There is no key.</summary>")]
    [InlineData("a.cs", "const string Status = \"cancelled\"; var told = $\"{nobody} called.\";")]
    [InlineData("a.cs", "/// <summary>Whether two calls can be told apart; the connection is no longer open.</summary>")]
    [InlineData("a.md", "Returns `cancelled`.\n\n```csharp\nvar told = 1; // nobody\n```\n\nWhat changed? See [the page](nobody.md).")]
    [InlineData("a.props", "<Nobody>whatever</Nobody>")]
    public void Code_and_plain_words_are_not_hits(string file, string content) => Hits(file, content).Should().BeEmpty();

    private static string[] Hits(string root) =>
    [
        .. Files(root).AsParallel().AsOrdered()
            .SelectMany(file => Hits(Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllText(file))),
    ];

    private static IEnumerable<string> Files(string root)
    {
        string[] code = ["src", "samples", "tools"];
        var files = new DirectoryInfo(root).EnumerateFiles()
            .Concat(new[] { "src", "samples", "tools", "docs", "tests" }.SelectMany(Sources));
        return files.Where(file => file.Extension is ".md" or ".props" or ".targets" or ".csproj" || file.Name is "BannedSymbols.txt" or ".editorconfig"
                || (file.Extension == ".cs" && code.Any(folder => file.FullName.StartsWith(Path.Combine(root, folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))))
            // The change log says what earlier versions were; its past is not rewritten.
            .Where(file => file.Name != "CHANGELOG.md").Select(file => file.FullName);

        IEnumerable<FileInfo> Sources(string folder) => Walk(new(Path.Combine(root, folder)));

        static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.Exists
            ? folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(inner => inner.Name is not ("obj" or "bin")).SelectMany(Walk))
            : [];
    }

    private static IEnumerable<string> Hits(string file, string content)
    {
        var text = Path.GetExtension(file) switch
        {
            ".cs" => Keep(content, CSharpTexts(), match => match.Value[0] == '/' ? CommentWords(match.Value) : match.Value[0] == '\'' ? Blank(match) : StringWords(match.Value)),
            ".md" => MarkdownCode().Replace(content, Blank),
            ".txt" => content,
            _ => Keep(content, BuildComments(), match => match.Value),
        };
        foreach (Match hit in Any.Matches(text))
        {
            var words = White().Replace(hit.Value, " ");
            var instead = Phrases.First(phrase => Regex.IsMatch(text[..(hit.Index + hit.Length)], $"(?<![\\w`-])({Spaced(phrase.Pattern)})$", RegexOptions.IgnoreCase | RegexOptions.RightToLeft)).Instead;
            yield return $"{file}:{text.AsSpan(0, hit.Index).Count('\n') + 1}: \"{words}\", better: {instead}";
        }
    }

    private static string CommentWords(string comment) => CommentCode().Replace(CommentMarks().Replace(comment, marks => new string(' ', marks.Length)), Blank);

    /// <summary>Returns a string without the code in its holes; nothing of a string without white space, which is a word of the wire.</summary>
    private static string StringWords(string text) =>
        !White().IsMatch(text) ? Blank(text) : text[0] == '$' || text.StartsWith("@$", StringComparison.Ordinal) ? Holes().Replace(text, Blank) : text;

    /// <summary>Blanks everything but the matches, so that lines keep their numbers.</summary>
    private static string Keep(string content, Regex kept, Func<Match, string> words)
    {
        var result = new System.Text.StringBuilder(content.Length);
        var end = 0;
        foreach (Match match in kept.Matches(content))
        {
            result.Append(Blank(content[end..match.Index])).Append(words(match));
            end = match.Index + match.Length;
        }
        return result.Append(Blank(content[end..])).ToString();
    }

    private static string Blank(Match match) => Blank(match.Value);

    private static string Blank(string code) => string.Create(code.Length, code, (blank, source) =>
    {
        for (var index = 0; index < blank.Length; index++)
            blank[index] = source[index] == '\n' ? '\n' : '|';
    });

    private static string Spaced(string pattern) => pattern.Replace(" ", @"\s+");

    [GeneratedRegex(""""//[^\n]*(\n[ \t]*//[^\n]*)*|/\*.*?\*/|\$*"""+.*?"""+|(\$@|@\$|@)"([^"]|"")*"|\$?"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+'"""", RegexOptions.Singleline)]
    private static partial Regex CSharpTexts();

    [GeneratedRegex(@"(?<=^|\n[ \t]*)///?")]
    private static partial Regex CommentMarks();

    [GeneratedRegex("<code\\b.*?</code>|<c>.*?</c>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex CommentCode();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Holes();

    [GeneratedRegex(@"^[ \t]*```.*?^[ \t]*```|`[^`\n]+`|\]\([^)]*\)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex MarkdownCode();

    [GeneratedRegex("<!--.*?-->|^[ \\t]*#[^\\n]*", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex BuildComments();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
