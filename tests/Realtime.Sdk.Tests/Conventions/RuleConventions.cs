using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>
/// Every rule has the same form, a text that follows the path of the value: an error "must" or "is required", a warning "should", and either
/// "is not a known member". The rules are read from the sources, so that rules that no test violates are checked too.
/// </summary>
public sealed partial class RuleConventions
{
    private const string Core = "src/Realtime.Sdk";

    /// <summary>The methods that report a violation: the place of the rule among their arguments, and whether it may be an error or a warning.</summary>
    private static readonly Dictionary<string, (int Place, bool IsError, bool IsWarning)> Reports = new()
    {
        ["Error"] = (2, true, false),
        ["Warning"] = (2, false, true),
        ["Forbid"] = (1, true, false),
        ["ForbidOtherMembers"] = (1, true, false),
        ["UnknownShape"] = (0, false, true),
        ["UnknownEventType"] = (1, false, true),
        ["Unknown"] = (2, false, true),
        ["Add"] = (2, true, true),
    };

    [Fact]
    public void Every_rule_says_what_a_value_must_or_should_be()
    {
        var rules = Rules([.. Repository.Sources(Core).Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: Repository.RelativeTo(Core, file)))]).ToArray();

        rules.Where(rule => !rule.IsWellSaid).Should().BeEmpty();
        rules.Should().HaveCountGreaterThan(150);
    }

    [Theory]
    [InlineData("constraints.Error(name, null, \"is no JSON\");")]
    [InlineData("constraints.Error(name, Quote(value), \"at most 5\");")]
    [InlineData("constraints.Error(name, null, \"should be 5\");")]
    [InlineData("constraints.Error(name, null, \"must be 5; use 5\");")]
    [InlineData("constraints.Error(name, null, isShort ? \"must be 5\" : \"is longer than 5\");")]
    [InlineData("constraints.Warning(name, null, $\"must be {limit}\");")]
    [InlineData("constraints.Warning(name, null, GetWords());")]
    [InlineData("constraints.Forbid(this, \"is taken by others\", name);")]
    [InlineData("constraints.UnknownShape(\"is neither this nor that\");")]
    [InlineData("violations = [new(name, null, \"too long\", ConstraintSeverity.Error)];")]
    [InlineData("const string LengthRule = \"at most 5\";")]
    public void A_rule_in_another_form_is_found(string statement)
    {
        var source = CSharpSyntaxTree.ParseText($"class C {{ void Check() {{ {statement} }} }}");

        Rules([source]).Should().ContainSingle(rule => !rule.IsWellSaid);
    }

    private static IEnumerable<Rule> Rules(IReadOnlyList<SyntaxTree> sources)
    {
        var nodes = sources.SelectMany(source => source.GetRoot().DescendantNodes()).ToArray();
        var named = nodes.OfType<VariableDeclaratorSyntax>()
            .Where(variable => variable.Identifier.Text.EndsWith("Rule", StringComparison.Ordinal) && variable.Initializer is not null)
            .ToLookup(variable => variable.Identifier.Text, variable => variable.Initializer!.Value);
        var returned = nodes.OfType<MethodDeclarationSyntax>().Where(method => method.Identifier.Text.EndsWith("Rule", StringComparison.Ordinal))
            .SelectMany(method => method.DescendantNodes().Select(node => (node as ReturnStatementSyntax)?.Expression ?? (node as ArrowExpressionClauseSyntax)?.Expression))
            .OfType<ExpressionSyntax>();
        return
        [
            .. from node in nodes
               from report in Report(node)
               from text in Texts(report.Rule, named)
               select new Rule(Place(report.Rule), text, report.IsError, report.IsWarning),
            .. from text in named.SelectMany(rules => rules).Concat(returned)
               from words in Texts(text, named)
               select new Rule(Place(text), words, IsError: true, IsWarning: true),
        ];
    }

    private static IEnumerable<(ExpressionSyntax Rule, bool IsError, bool IsWarning)> Report(SyntaxNode node)
    {
        if (node is InvocationExpressionSyntax call && Reports.TryGetValue(NameOf(call.Expression), out var report)
            && call.ArgumentList.Arguments.Count > report.Place && (NameOf(call.Expression) != "Add" || call.ArgumentList.Arguments.Count > 3)
            && !call.ToString().StartsWith("RealtimeLog.", StringComparison.Ordinal))
        {
            yield return (call.ArgumentList.Arguments[report.Place].Expression, report.IsError, report.IsWarning);
        }
        if (node is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [_, _, var rule, var severity] }
            && severity.ToString().StartsWith("ConstraintSeverity.", StringComparison.Ordinal))
        {
            yield return (rule.Expression, severity.ToString().EndsWith("Error", StringComparison.Ordinal), severity.ToString().EndsWith("Warning", StringComparison.Ordinal));
        }
    }

    /// <summary>The texts that an expression may have; parameters and return values are checked where their texts are written.</summary>
    private static IEnumerable<string> Texts(ExpressionSyntax rule, ILookup<string, ExpressionSyntax> named) => rule switch
    {
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } => [],
        LiteralExpressionSyntax literal => [literal.Token.ValueText],
        InterpolatedStringExpressionSyntax text => [string.Concat(text.Contents.Select(part => part is InterpolatedStringTextSyntax words ? words.TextToken.ValueText : "…"))],
        ConditionalExpressionSyntax choice => Texts(choice.WhenTrue, named).Concat(Texts(choice.WhenFalse, named)),
        _ when named.Contains(NameOf(rule)) => named[NameOf(rule)].SelectMany(text => Texts(text, named)),
        _ when NameOf(rule).EndsWith("rule", StringComparison.OrdinalIgnoreCase) => [],
        _ => [rule.ToString()],
    };

    private static string NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        InvocationExpressionSyntax call => NameOf(call.Expression),
        _ => "",
    };

    private static string Place(SyntaxNode node) => $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    [GeneratedRegex("^(must (not )?[a-z]|is required($|:| in | unless )|is not a known member)")]
    private static partial Regex Error();

    [GeneratedRegex("^(should (not )?[a-z]|is not a known member)")]
    private static partial Regex Warning();

    private sealed record Rule(string Place, string Text, bool IsError, bool IsWarning)
    {
        public bool IsWellSaid => ((IsError && Error().IsMatch(Text)) || (IsWarning && Warning().IsMatch(Text))) && !Text.Contains(';') && !Text.EndsWith('.');
    }
}
