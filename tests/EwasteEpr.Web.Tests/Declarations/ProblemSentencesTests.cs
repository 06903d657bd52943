using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Tests.Declarations;

public sealed class ProblemSentencesTests
{
    [Fact]
    public void EveryCode_HasATitleAndASentenceInEveryLanguage()
    {
        foreach (var language in Culture.Codes)
        {
            var sentences = new ProblemSentences(language, []);
            foreach (var code in ProblemCodes.All)
            {
                foreach (var (detail, detail2) in new[] { ("1", "0306|1"), ("", "448-2022") })
                {
                    if (code == ProblemCode.UnitWeightImplausible && detail.Length == 0)
                    {
                        continue; // always has both
                    }

                    var problem = new RowProblem(2, code, Column.Packaging, "x", detail, detail2);
                    Assert.NotEmpty(sentences.Title(problem.PublicCode));
                    Assert.DoesNotContain('{', sentences.Of(problem));
                }
            }

            foreach (var code in Enum.GetValues<TableProblemCode>())
            {
                var problem = new TableProblem(code, 1, "x", code == TableProblemCode.ColumnTwice ? "hs_code" : "20");
                Assert.NotEmpty(sentences.Title(problem.PublicCode));
                Assert.DoesNotContain('{', sentences.Of(problem));
            }
        }
    }
}
