// SPDX-License-Identifier: Apache-2.0
// Slope: resident bytes per parked goroutine, by least squares over the sampled points.

package main

type slopePoint struct{ x, y float64 }

// leastSquaresSlope wants at least two points with different x; otherwise it says false.
func leastSquaresSlope(points []slopePoint) (float64, bool) {
	if len(points) < 2 {
		return 0, false
	}
	var meanX, meanY float64
	for _, p := range points {
		meanX += p.x / float64(len(points))
		meanY += p.y / float64(len(points))
	}
	var covariance, variance float64
	for _, p := range points {
		covariance += (p.x - meanX) * (p.y - meanY)
		variance += (p.x - meanX) * (p.x - meanX)
	}
	if variance == 0 {
		return 0, false
	}
	return covariance / variance, true
}
