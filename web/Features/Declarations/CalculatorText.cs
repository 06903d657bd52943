namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Names the texts of the calculator: CalculatorText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class CalculatorText;
